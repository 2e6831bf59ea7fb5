/** The command line under which a server of the middleware shows itself. */
export const javaCommand = (app: string, port: number, gigabytes = 2): string =>
  `java -server -Xms${gigabytes}g -Xmx${gigabytes}g -Dapp.name=${app} -Dserver.port=${port} -Duser.home=/home/admin -jar /home/admin/${app}/lib/${app}-bootstrap.jar`;
