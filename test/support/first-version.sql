/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `audit` (
  `n` bigint(20) unsigned NOT NULL,
  `at` datetime(3) NOT NULL,
  `actor_id` varchar(190) NOT NULL,
  `actor_name` varchar(190) NOT NULL,
  `action` varchar(190) NOT NULL,
  `run_id` char(36) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `decision` varchar(8) DEFAULT NULL,
  `reason` text DEFAULT NULL,
  `facts` longtext NOT NULL,
  `prev` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `hash` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (`n`),
  KEY `by_run` (`run_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `audit` VALUES
(1,'2026-11-29 19:12:21.152','lin','林 Lin','asked','b03456f8-ca3d-47cb-a92c-89e8a232a706','run',NULL,'{\"typed\":\"巡检 mq\"}','0000000000000000000000000000000000000000000000000000000000000000','19e60685909e590fccb074610b92768e0ba7ade2903e2537d19e15b823fdd8f4'),
(2,'2026-11-29 19:12:21.169','lin','林 Lin','begun','b03456f8-ca3d-47cb-a92c-89e8a232a706','run',NULL,'{\"typed\":\"巡检 mq\"}','19e60685909e590fccb074610b92768e0ba7ade2903e2537d19e15b823fdd8f4','ed191c6f52755e689c761be5125d841c89f13aa35bef65dd0b8fa2737392e6c6'),
(3,'2026-11-29 19:12:21.177','lin','林 Lin','inspected','b03456f8-ca3d-47cb-a92c-89e8a232a706','run',NULL,'{\"typed\":\"巡检 mq\"}','ed191c6f52755e689c761be5125d841c89f13aa35bef65dd0b8fa2737392e6c6','f85e59eb5c4c2ac1f8fc29f6c70f776115c939907a521d932c93db5894577441'),
(4,'2026-11-29 19:12:21.188','lin','林 Lin','asked','2c243bb6-8389-4089-b649-4d788bfd330d','run',NULL,'{\"typed\":\"巡检 mq\"}','f85e59eb5c4c2ac1f8fc29f6c70f776115c939907a521d932c93db5894577441','c5620fcf8c60581562a66a5ae0b2def6d9ddefb262f25aa9e11647adf8ea5d55'),
(5,'2026-11-29 19:12:21.196','lin','林 Lin','begun','2c243bb6-8389-4089-b649-4d788bfd330d','run',NULL,'{\"typed\":\"巡检 mq\"}','c5620fcf8c60581562a66a5ae0b2def6d9ddefb262f25aa9e11647adf8ea5d55','ff0d377616331809b7f103a1519e72058fd2cc4cf9eda1781760bb27d9e8d9d7'),
(6,'2026-11-29 19:12:21.216','lin','林 Lin','inspected','2c243bb6-8389-4089-b649-4d788bfd330d','run',NULL,'{\"typed\":\"巡检 mq\"}','ff0d377616331809b7f103a1519e72058fd2cc4cf9eda1781760bb27d9e8d9d7','6ede161be620b8ba9eab6361ceccf4176d3459905f5b2387d0ee691571043eb1'),
(7,'2026-11-29 19:12:21.241','lin','林 Lin','asked','dafca3e6-cf94-4fa1-ae39-66f4b806f72f','run',NULL,'{\"typed\":\"巡检 mq\"}','6ede161be620b8ba9eab6361ceccf4176d3459905f5b2387d0ee691571043eb1','af37721faa1ad85afcd1030c9957b758a3e856e5a1e55f752d8f5b2f04debecf'),
(8,'2026-11-29 19:12:21.248','lin','林 Lin','begun','dafca3e6-cf94-4fa1-ae39-66f4b806f72f','run',NULL,'{\"typed\":\"巡检 mq\"}','af37721faa1ad85afcd1030c9957b758a3e856e5a1e55f752d8f5b2f04debecf','654b8bd408e8ce4e34bd330218b06437e2f9c793cdc597214e8f160063508398'),
(9,'2026-11-29 19:12:21.262','lin','林 Lin','inspected','dafca3e6-cf94-4fa1-ae39-66f4b806f72f','run',NULL,'{\"typed\":\"巡检 mq\"}','654b8bd408e8ce4e34bd330218b06437e2f9c793cdc597214e8f160063508398','2d14083b53f378a01c6bc3881a46b801c4da286f36ef5d457fb83ff178bb2fdf'),
(10,'2026-11-29 19:12:21.267','lin','林 Lin','asked','d5dd7745-4361-46e8-ba12-133c00ec09b2','run',NULL,'{\"typed\":\"巡检 mq\"}','2d14083b53f378a01c6bc3881a46b801c4da286f36ef5d457fb83ff178bb2fdf','c7a42ef15f40df8e49ccd6723524eaf27e39b553cea081d84a7e4991959517fc'),
(11,'2026-11-29 19:12:21.275','lin','林 Lin','begun','d5dd7745-4361-46e8-ba12-133c00ec09b2','run',NULL,'{\"typed\":\"巡检 mq\"}','c7a42ef15f40df8e49ccd6723524eaf27e39b553cea081d84a7e4991959517fc','efc10981eb8278879463c1b1d1bb5c910c038c6f24c8bbaa16bceaf400d01adf'),
(12,'2026-11-29 19:12:21.313','lin','林 Lin','schedule add',NULL,'run',NULL,'{\"typed\":\"巡检 mq\"}','efc10981eb8278879463c1b1d1bb5c910c038c6f24c8bbaa16bceaf400d01adf','5cc95c83f3003858cf0f6b0b396c8cde1ad1687cff89cbd96f1c0c9c067a2c40');
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `audit_head` (
  `id` tinyint(3) unsigned NOT NULL,
  `n` bigint(20) unsigned NOT NULL,
  `hash` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `audit_head` VALUES
(1,12,'5cc95c83f3003858cf0f6b0b396c8cde1ad1687cff89cbd96f1c0c9c067a2c40');
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `button` (
  `id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `run_id` char(36) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `action` varchar(32) NOT NULL,
  `arg` text DEFAULT NULL,
  `once` tinyint(4) NOT NULL,
  `created_at` datetime(3) NOT NULL,
  `expires_at` datetime(3) DEFAULT NULL,
  `used_at` datetime(3) DEFAULT NULL,
  `used_by_id` varchar(190) DEFAULT NULL,
  `used_by_name` varchar(190) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `by_run` (`run_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `fence` (
  `target` varchar(190) NOT NULL,
  `fence` bigint(20) unsigned NOT NULL,
  PRIMARY KEY (`target`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `measured_hour` (
  `subject` int(10) unsigned NOT NULL,
  `hour_at` datetime NOT NULL,
  `at` datetime(3) NOT NULL,
  `level` tinyint(3) unsigned NOT NULL,
  `low` double DEFAULT NULL,
  `high` double DEFAULT NULL,
  `newest` double DEFAULT NULL,
  `unit` varchar(40) DEFAULT NULL,
  PRIMARY KEY (`subject`,`hour_at`),
  KEY `by_hour` (`hour_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `measurement` (
  `subject` int(10) unsigned NOT NULL,
  `at` datetime(3) NOT NULL,
  `run_seq` bigint(20) unsigned NOT NULL,
  `level` tinyint(3) unsigned NOT NULL,
  `value` double DEFAULT NULL,
  `unit` varchar(40) DEFAULT NULL,
  `evidence` binary(32) NOT NULL,
  PRIMARY KEY (`subject`,`at`,`run_seq`),
  KEY `by_time` (`at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `migration` (
  `no` int(10) unsigned NOT NULL,
  `name` varchar(190) NOT NULL,
  `checksum` char(64) NOT NULL,
  `applied_at` datetime(3) NOT NULL,
  PRIMARY KEY (`no`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `migration` VALUES
(1,'0001-runs.sql','78e7ae5ec241555119179f2d27c34146ff251b9d02bf025d8eb50270926d6d25','2026-11-29 19:12:20.448'),
(2,'0002-buttons-and-posts.sql','28a69ad58f4050d215b35a1bb1063a9d4bc1060678bc3d0a0ee9c89c94e71aa7','2026-11-29 19:12:20.545'),
(3,'0003-journal.sql','2e994e319f4011b1fb94272dfdd90ac284f512c11105c59cad6235ad553ba64a','2026-11-29 19:12:20.712'),
(4,'0004-audit.sql','045e99934bf1e2f429f159e68882cbf6b8109206876a46d8b2af9cee47cc642b','2026-11-29 19:12:20.794'),
(6,'0006-history.sql','bf8f1667d7a1b61e95e5496d28039a59393a1eae750be5d69ad6523f06623e11','2026-11-29 19:12:21.051'),
(7,'0007-parts.sql','15be0d17378f1b48e3bada9aacf306917a1b1ab7ad52152c0941f3b682ef2881','2026-11-29 19:12:21.065'),
(8,'0008-schedules.sql','19df7990e4a9ef0c5a0d948bb07f9f0a33dd1360187248fdedf9ba640d9fadfe','2026-11-29 19:12:21.138');
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `part` (
  `run_id` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `no` int(10) unsigned NOT NULL,
  `hosts` longtext NOT NULL,
  `owner` varchar(190) DEFAULT NULL,
  `lease_until` datetime(3) DEFAULT NULL,
  `done` int(10) unsigned NOT NULL DEFAULT 0,
  `waiting_for` text DEFAULT NULL,
  `body` longtext DEFAULT NULL,
  `created_at` datetime(3) NOT NULL,
  PRIMARY KEY (`run_id`,`no`),
  KEY `by_age` (`created_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `post` (
  `seq` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `run_id` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `post_key` varchar(190) NOT NULL,
  `channel` varchar(190) NOT NULL,
  `ts` varchar(64) DEFAULT NULL,
  `hash` varchar(128) NOT NULL,
  PRIMARY KEY (`run_id`,`post_key`),
  UNIQUE KEY `by_seq` (`seq`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `run` (
  `seq` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `id` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `kind` varchar(16) NOT NULL,
  `state` varchar(16) NOT NULL,
  `outcome` varchar(16) DEFAULT NULL,
  `scope_key` varchar(190) DEFAULT NULL,
  `requested_by` varchar(190) NOT NULL,
  `on_slack` tinyint(4) NOT NULL,
  `created_at` datetime(3) NOT NULL,
  `changed_at` datetime(3) NOT NULL,
  `state_at` datetime(3) NOT NULL,
  `ended_at` datetime(3) DEFAULT NULL,
  `not_after` datetime(3) DEFAULT NULL,
  `revision` int(10) unsigned NOT NULL,
  `idempotency_key` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `body` longtext NOT NULL,
  `target` varchar(190) DEFAULT NULL,
  `fence` bigint(20) unsigned DEFAULT NULL,
  `lease_owner` varchar(190) DEFAULT NULL,
  `lease_until` datetime(3) DEFAULT NULL,
  `shown_revision` int(10) unsigned NOT NULL DEFAULT 0,
  `show_owner` varchar(190) DEFAULT NULL,
  `show_until` datetime(3) DEFAULT NULL,
  `unshown` tinyint(4) GENERATED ALWAYS AS (if(`on_slack` = 1 and `revision` <> `shown_revision`,1,0)) VIRTUAL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `by_seq` (`seq`),
  UNIQUE KEY `by_idempotency_key` (`idempotency_key`),
  KEY `by_state` (`state`,`state_at`),
  KEY `by_scope` (`scope_key`,`seq`),
  KEY `by_unshown` (`unshown`,`seq`),
  KEY `by_target` (`target`,`state`)
) ENGINE=InnoDB AUTO_INCREMENT=5 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `run` VALUES
(2,'2c243bb6-8389-4089-b649-4d788bfd330d','inspect','ended','done','[\"system\",\"MQ\"]','lin',1,'2026-11-29 19:12:21.186','2026-11-29 19:12:21.212','2026-11-29 19:12:21.212','2026-11-29 19:12:21.211',NULL,3,'9e58a02006a907a6901f60d980a61a57e8afb9c822d6026e80970f0008f3f666','{\"id\":\"2c243bb6-8389-4089-b649-4d788bfd330d\",\"ask\":{\"kind\":\"inspect\",\"scope\":{\"kind\":\"system\",\"ids\":[\"MQ\"]}},\"state\":\"ended\",\"lang\":\"zh\",\"typed\":\"/inspect mq\",\"requestedBy\":{\"id\":\"lin\",\"name\":\"林 Lin\"},\"origin\":{\"surface\":\"slack\",\"team\":\"T1\",\"channel\":\"C1\"},\"approvals\":[],\"steps\":[],\"buttons\":[],\"createdAt\":\"2026-11-29T19:12:21.186Z\",\"outcome\":\"done\",\"endedAt\":\"2026-11-29T19:12:21.211Z\",\"says\":{\"en\":\"well\",\"zh\":\"正常\"},\"report\":{\"scope\":{\"kind\":\"all\"},\"startedAt\":\"2026-11-01T00:00:00.000Z\",\"finishedAt\":\"2026-11-01T00:00:01.000Z\",\"hosts\":1,\"findings\":[],\"questions\":[]}}',NULL,NULL,NULL,NULL,0,NULL,NULL,1),
(1,'b03456f8-ca3d-47cb-a92c-89e8a232a706','inspect','ended','done','[\"system\",\"MQ\"]','lin',1,'2026-11-29 19:12:21.148','2026-11-29 19:12:21.175','2026-11-29 19:12:21.175','2026-11-29 19:12:21.174',NULL,3,'a8a2ecd4239eae9180871e016899e27750ba66a887e5cd6e1b77cc47e00d227a','{\"id\":\"b03456f8-ca3d-47cb-a92c-89e8a232a706\",\"ask\":{\"kind\":\"inspect\",\"scope\":{\"kind\":\"system\",\"ids\":[\"MQ\"]}},\"state\":\"ended\",\"lang\":\"zh\",\"typed\":\"/inspect mq\",\"requestedBy\":{\"id\":\"lin\",\"name\":\"林 Lin\"},\"origin\":{\"surface\":\"slack\",\"team\":\"T1\",\"channel\":\"C1\"},\"approvals\":[],\"steps\":[],\"buttons\":[],\"createdAt\":\"2026-11-29T19:12:21.148Z\",\"outcome\":\"done\",\"endedAt\":\"2026-11-29T19:12:21.174Z\",\"says\":{\"en\":\"well\",\"zh\":\"正常\"},\"report\":{\"scope\":{\"kind\":\"all\"},\"startedAt\":\"2026-11-01T00:00:00.000Z\",\"finishedAt\":\"2026-11-01T00:00:01.000Z\",\"hosts\":1,\"findings\":[],\"questions\":[]}}',NULL,NULL,NULL,NULL,0,NULL,NULL,1),
(4,'d5dd7745-4361-46e8-ba12-133c00ec09b2','inspect','preparing',NULL,'[\"system\",\"MQ\"]','lin',1,'2026-11-29 19:12:21.265','2026-11-29 19:12:21.274','2026-11-29 19:12:21.274',NULL,NULL,2,'fbad17ed20c836f7b7cca8a76991b4143343d2d412ba8a05b253486c4b0a85eb','{\"id\":\"d5dd7745-4361-46e8-ba12-133c00ec09b2\",\"ask\":{\"kind\":\"inspect\",\"scope\":{\"kind\":\"system\",\"ids\":[\"MQ\"]}},\"state\":\"preparing\",\"lang\":\"zh\",\"typed\":\"/inspect mq\",\"requestedBy\":{\"id\":\"lin\",\"name\":\"林 Lin\"},\"origin\":{\"surface\":\"slack\",\"team\":\"T1\",\"channel\":\"C1\"},\"approvals\":[],\"steps\":[],\"buttons\":[],\"createdAt\":\"2026-11-29T19:12:21.265Z\"}',NULL,NULL,NULL,NULL,0,NULL,NULL,1),
(3,'dafca3e6-cf94-4fa1-ae39-66f4b806f72f','inspect','ended','done','[\"system\",\"MQ\"]','lin',1,'2026-11-29 19:12:21.239','2026-11-29 19:12:21.261','2026-11-29 19:12:21.261','2026-11-29 19:12:21.260',NULL,3,'66e12ce9425e50723e50cdb0418a88b0406653b40c26d3166a6ce29374d9ed35','{\"id\":\"dafca3e6-cf94-4fa1-ae39-66f4b806f72f\",\"ask\":{\"kind\":\"inspect\",\"scope\":{\"kind\":\"system\",\"ids\":[\"MQ\"]}},\"state\":\"ended\",\"lang\":\"zh\",\"typed\":\"/inspect mq\",\"requestedBy\":{\"id\":\"lin\",\"name\":\"林 Lin\"},\"origin\":{\"surface\":\"slack\",\"team\":\"T1\",\"channel\":\"C1\"},\"approvals\":[],\"steps\":[],\"buttons\":[],\"createdAt\":\"2026-11-29T19:12:21.239Z\",\"outcome\":\"done\",\"endedAt\":\"2026-11-29T19:12:21.260Z\",\"says\":{\"en\":\"well\",\"zh\":\"正常\"},\"report\":{\"scope\":{\"kind\":\"all\"},\"startedAt\":\"2026-11-01T00:00:00.000Z\",\"finishedAt\":\"2026-11-01T00:00:01.000Z\",\"hosts\":1,\"findings\":[],\"questions\":[]}}',NULL,NULL,NULL,NULL,0,NULL,NULL,1);
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `schedule` (
  `seq` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `id` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `name` varchar(190) NOT NULL,
  `name_key` varchar(190) NOT NULL,
  `cron` varchar(190) NOT NULL,
  `scope` varchar(500) NOT NULL,
  `team` varchar(190) NOT NULL,
  `channel` varchar(190) NOT NULL,
  `lang` varchar(8) NOT NULL,
  `owner_id` varchar(190) NOT NULL,
  `owner_name` varchar(190) NOT NULL,
  `declared` varchar(500) DEFAULT NULL,
  `next_at` datetime(3) DEFAULT NULL,
  `paused_at` datetime(3) DEFAULT NULL,
  `paused_by_id` varchar(190) DEFAULT NULL,
  `paused_by_name` varchar(190) DEFAULT NULL,
  `paused_because` text DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `by_seq` (`seq`),
  UNIQUE KEY `by_name` (`name_key`)
) ENGINE=InnoDB AUTO_INCREMENT=2 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `schedule` VALUES
(1,'e4f35854-9698-44dd-b836-640fa80e2e3e','早班','早班','30 7 * * *','all','T1','C1','zh','lin','林 Lin',NULL,'2026-11-30 19:12:21.289',NULL,NULL,NULL,NULL);
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `schedule_clock` (
  `id` tinyint(3) unsigned NOT NULL,
  `looked_at` datetime(3) NOT NULL,
  `away_from` datetime(3) DEFAULT NULL,
  `away_until` datetime(3) DEFAULT NULL,
  `away_because` varchar(16) DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `schedule_slot` (
  `schedule_id` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `slot_at` datetime(3) NOT NULL,
  `state` varchar(16) NOT NULL,
  `late` varchar(16) DEFAULT NULL,
  `missed` int(10) unsigned NOT NULL DEFAULT 0,
  `missed_more` tinyint(4) NOT NULL DEFAULT 0,
  `missed_from` datetime(3) DEFAULT NULL,
  `missed_to` datetime(3) DEFAULT NULL,
  `missed_because` varchar(16) DEFAULT NULL,
  `because` text DEFAULT NULL,
  `run_id` char(36) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `decided_at` datetime(3) NOT NULL,
  `wait_told_at` datetime(3) DEFAULT NULL,
  PRIMARY KEY (`schedule_id`,`slot_at`),
  KEY `by_run` (`run_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `step` (
  `run_id` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `no` int(10) unsigned NOT NULL,
  `state` varchar(16) NOT NULL,
  `fence` bigint(20) unsigned NOT NULL,
  `what` longtext NOT NULL,
  `evidence` longtext NOT NULL,
  `at` datetime(3) NOT NULL,
  `done_at` datetime(3) DEFAULT NULL,
  PRIMARY KEY (`run_id`,`no`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `subject` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `hash` binary(16) NOT NULL,
  `of_system` varchar(64) NOT NULL,
  `app` varchar(190) NOT NULL,
  `host` varchar(190) DEFAULT NULL,
  `check_id` varchar(190) NOT NULL,
  `part` varchar(500) DEFAULT NULL,
  `seen_on` date NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `by_hash` (`hash`),
  KEY `by_check` (`check_id`,`app`),
  KEY `by_day` (`seen_on`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
